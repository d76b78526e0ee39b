import { ulid } from 'ulid';
import type { Membership } from '../../functions/model/application.ts';
import { callApi } from './callApi.ts';
import type { SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

/** An application of its own, and those who are asked for as its members. */
export async function newApplication(system: SystemUnderTest, admin: Pick<Person, 'accessToken'>) {
  const applicationId = `test-${ulid()}`;
  const { status } = await callApi(system, {
    method: 'POST',
    path: '/api/applications',
    body: { applicationId, name: 'For a test' },
    as: admin,
  });
  if (status !== 201) throw new Error(`The application was not made: ${status}`);
  return {
    applicationId,
    /** Somebody new, as a member. */
    async member(role: Membership['role'], grants?: Membership['grants']): Promise<Person> {
      const person = await signIn(system);
      const answer = await callApi(system, {
        method: 'POST',
        path: `/api/applications/${applicationId}/members`,
        body: { email: person.email, role, ...(grants !== undefined && { grants }) },
        as: admin,
      });
      if (answer.status !== 201) throw new Error(`${person.email} was not made a member: ${answer.text}`);
      return person;
    },
  };
}
