import { availableParallelism } from 'node:os';
import { join } from 'node:path';

// Tests start scripts and systems by the dozen: what Node.js makes of their modules is kept for the next.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node');

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

/** One local cloud for all files of the project; started only when it is selected. */
const localCloud = {
  globalSetup: '<rootDir>/test/startLocalCloud.ts',
  globalTeardown: '<rootDir>/test/stopLocalCloud.ts',
};

/** The endpoint that AWS_ENDPOINT_URL names, or a local cloud with the suite's own stack. */
const endpoint = {
  globalSetup: '<rootDir>/test/conformance/startEndpoint.ts',
  globalTeardown: '<rootDir>/test/conformance/stopEndpoint.ts',
};

/** Unit and infrastructure tests; local and browser tests, each against a local cloud of their own; apps that aren't Fieldline's. */
export default {
  projects: [
    project('unit'),
    project('infra', {
      globalSetup: '<rootDir>/test/infra/assemblies.ts',
      globalTeardown: '<rootDir>/test/infra/removeAssemblies.ts',
    }),
    project('local', localCloud),
    project('e2e'),
    project('fixtures'),
    project('conformance', endpoint),
  ],
  reporters: [
    'default',
    '<rootDir>/test/conformance/tableReporter.js',
    '<rootDir>/test/grantsReporter.js',
    '<rootDir>/test/closingLineReporter.js',
  ],
  // A guard against what hangs, not a measure of speed: machines differ.
  testTimeout: 300_000,
  // Local tests wait about half of their time: more workers than cores.
  maxWorkers: availableParallelism() * 2,
  // The device SDK's native threads keep a process alive long after its clients are closed (as in scripts/commandLine.ts).
  forceExit: true,
};
