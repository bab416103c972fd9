import { isTrue } from './request-options.ts';

/**
 * What a request does, as the API names it. A method that the API does not have for what it is sent to is a verb that no kind has.
 */
export function verbOf(method: string, isNamed: boolean, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
      if (isNamed) return 'get';
      return isTrue(query.get('watch')) ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return isNamed ? 'update' : 'put';
    case 'PATCH':
      return isNamed ? 'patch' : 'patch-all';
    case 'DELETE':
      return isNamed ? 'delete' : 'deletecollection';
    default:
      return method.toLowerCase();
  }
}
