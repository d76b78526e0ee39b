import type { ApiModel, RouteModel } from './model.ts';

export interface RouteMatch {
  readonly route: RouteModel;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The most specific route: a full match, then one with a greedy variable, then $default (AWS: "Create routes for HTTP APIs in API Gateway"). */
export function findRoute(api: ApiModel, method: string, path: string): RouteMatch | undefined {
  const matches: Array<RouteMatch & { readonly rank: string }> = [];
  for (const route of api.routes.values()) {
    const [routeMethod, pattern] = route.key.split(' ');
    if (pattern === undefined || (routeMethod !== 'ANY' && routeMethod !== method)) continue;
    const parameters = matchPath(pattern, path);
    if (parameters) matches.push({ route, parameters, rank: rankOf(pattern, routeMethod) });
  }
  matches.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const fallback = api.routes.get('$default');
  return matches[0] ?? (fallback && { route: fallback, parameters: {} });
}

/** One digit per segment, the lower the more specific; then the method. */
function rankOf(pattern: string, method: string | undefined): string {
  const segments = pattern
    .split('/')
    .map((segment) => (/\+\}$/.test(segment) ? '2' : segment.startsWith('{') ? '1' : '0'));
  return `${pattern.includes('+}') ? '1' : '0'}${segments.join('')}${method === 'ANY' ? '3' : '2'}`;
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const parameters: Record<string, string> = {};
  for (let index = 0; index < wanted.length; index += 1) {
    const name = /^\{([^{}+]+)(\+?)\}$/.exec(wanted[index] ?? '');
    if (name?.[2]) {
      const rest = given.slice(index).join('/');
      return rest ? { ...parameters, [name[1] ?? '']: rest } : undefined;
    }
    const part = given[index];
    if (part === undefined || (!name && part !== wanted[index]) || (name && part === '')) return undefined;
    if (name) parameters[name[1] ?? ''] = part;
  }
  return given.length === wanted.length ? parameters : undefined;
}
