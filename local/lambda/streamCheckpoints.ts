import type { CloudContext } from '../context.ts';
import { statements } from '../storage/statements.ts';

/** How far each event source mapping has come in its stream, in the state store: a restart goes on from there. */
export function openStreamCheckpoints({ store }: Pick<CloudContext, 'store'>) {
  store.db.exec(
    'CREATE TABLE IF NOT EXISTS lambda_checkpoint (mapping TEXT NOT NULL, stream TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (mapping, stream)) WITHOUT ROWID',
  );
  const { one, run } = statements(store);
  const read = one<{ sequence: number }>('SELECT sequence FROM lambda_checkpoint WHERE mapping = ? AND stream = ?');
  const begin = run('INSERT INTO lambda_checkpoint VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const move = run('UPDATE lambda_checkpoint SET sequence = ? WHERE mapping = ? AND stream = ?');
  return {
    /** @param first where a mapping begins that is new */
    of(mapping: string, stream: string, first: number) {
      begin(mapping, stream, first);
      return {
        get: () => read(mapping, stream)?.sequence ?? first,
        /** What came before it and the record of this sequence are done. */
        moveTo: (sequence: number) => void move(sequence, mapping, stream),
      };
    },
  };
}

export type StreamCheckpoint = ReturnType<ReturnType<typeof openStreamCheckpoints>['of']>;
