/** Shorter secrets would blot out parts of ordinary words; their connection strings are blotted out in any case. */
const shortestSecret = 4;
const credentials = /(mongodb(?:\+srv)?:\/\/)[^@/\s"']*@/gi;

const asJson = (secret: string): string => JSON.stringify(secret).slice(1, -1);

/** Makes the function that replaces these secrets, and the credentials of any connection string, by `***`. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = [
    ...new Set(secrets.flatMap((secret) => [secret, asJson(secret), encodeURIComponent(secret)])),
  ]
    .filter((form) => form.length >= shortestSecret)
    .sort((one, other) => other.length - one.length);
  return (text) =>
    forms.reduce((clean, form) => clean.replaceAll(form, '***'), text.replace(credentials, '$1***@'));
}
