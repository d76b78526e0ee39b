import * as z from 'zod';

// Zod would compile its schemas with `new Function`, which the page's Content-Security-Policy forbids. This has to run before
// the first schema is made, so it is a module of its own, imported first.
z.config({ jitless: true });
