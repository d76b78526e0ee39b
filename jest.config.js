const project = (displayName, settings = {}) => ({
  displayName,
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: { '\\.ts$': '<rootDir>/test/stripTypes.js' },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.fieldline'],
  ...settings,
});

/** Unit and infrastructure tests. */
export default {
  projects: [
    project('unit'),
    project('infra'),
  ],
};
