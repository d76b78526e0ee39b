/** Jest wants the teardown as a default export of a file. */
export { stopEndpoint as default } from './startEndpoint.ts';
