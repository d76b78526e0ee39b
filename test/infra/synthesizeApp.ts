import { composeApp } from './composeApp.ts';

/** Run by itself: `node synthesizeApp.ts <folder> <context as JSON>`. Jest would load the CDK anew for each test file. */
const [, , folder = '', context = '{}'] = process.argv;
composeApp(JSON.parse(context), { outdir: folder }).app.synth();
