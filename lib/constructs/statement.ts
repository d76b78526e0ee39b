import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** A statement, not a grant: grants of tables add every index, those of buckets tags and legal holds. */
export const allow = (actions: readonly string[], ...resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });
