import 'reflect-metadata';
import {
  IssuerAlternativeNameExtension,
  type JsonName,
  SubjectAlternativeNameExtension,
  X509Certificate,
} from '@peculiar/x509';

type Values = Record<string, string | readonly string[]>;

/** Attribute types of a distinguished name, by the short name or OID that the parser gives. */
const nameAttributes: Readonly<Record<string, string>> = {
  C: 'Country',
  O: 'Organization',
  OU: 'OrganizationalUnit',
  ST: 'State',
  CN: 'CommonName',
  T: 'Title',
  SN: 'Surname',
  G: 'GivenName',
  I: 'Initials',
  '2.5.4.46': 'DistinguishedNameQualifier',
  '2.5.4.5': 'SerialNumber',
  '2.5.4.65': 'Pseudonym',
  '2.5.4.44': 'GenerationQualifier',
};
const alternativeNames: Readonly<Record<string, string>> = {
  email: 'RFC822Name',
  dns: 'DNSName',
  dn: 'DirectoryName',
  url: 'UniformResourceIdentifier',
  ip: 'IPAddress',
};
const most = { items: 5, characters: 1024 } as const;

/** Reading takes milliseconds, and a device that comes back has its certificate still. */
const read = new Map<string, Values>();
const keptInMemory = 2000;

/**
 * Policy variables of a certificate's fields (AWS: "X.509 Certificate AWS IoT Core policy variables"). A value with a wildcard
 * character or of more than 1024 characters stays out, so whatever needs it does not match.
 */
export function certificateVariables(pem: string): Values {
  const known = read.get(pem);
  if (known !== undefined) return known;
  if (read.size >= keptInMemory) read.clear();
  const values = readVariables(pem);
  read.set(pem, values);
  return values;
}

function readVariables(pem: string): Values {
  const certificate = new X509Certificate(pem);
  const variables: Values = { 'iot:Certificate.SerialNumber': certificate.serialNumber.replace(/..(?=.)/g, '$&:') };
  const add = (variable: string, values: readonly string[]) => {
    const usable = values
      .slice(0, most.items)
      .map((value) => (/[*$+?#]/.test(value) || value.length > most.characters ? undefined : value));
    usable.forEach((value, index) => {
      if (value === undefined) return;
      if (index === 0) variables[variable] = value;
      variables[`${variable}.${index}`] = value;
    });
    const list = usable.filter((value) => value !== undefined);
    if (list.length > 0) variables[`${variable}.List`] = list;
  };
  for (const [part, name] of [
    ['Subject', certificate.subjectName],
    ['Issuer', certificate.issuerName],
  ] as const) {
    for (const [variable, values] of grouped(name.toJSON())) add(`iot:Certificate.${part}.${variable}`, values);
  }
  const alternatives = [
    ['Subject', certificate.getExtension(SubjectAlternativeNameExtension)],
    ['Issuer', certificate.getExtension(IssuerAlternativeNameExtension)],
  ] as const;
  for (const [part, extension] of alternatives) {
    const names = extension?.names.toJSON() ?? [];
    for (const [type, variable] of Object.entries(alternativeNames)) {
      add(
        `iot:Certificate.${part}.AlternativeName.${variable}`,
        names.filter((name) => name.type === type).map((name) => name.value),
      );
    }
  }
  return { ...variables, 'iot:Certificate.AvailableKeys': Object.keys(variables) };
}

function grouped(name: JsonName): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const part of name) {
    for (const [type, given] of Object.entries(part)) {
      const variable = nameAttributes[type];
      if (variable) values.set(variable, [...(values.get(variable) ?? []), ...given]);
    }
  }
  return values;
}
