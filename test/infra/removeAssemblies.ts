export { removeFolder as default } from './assemblies.ts';
