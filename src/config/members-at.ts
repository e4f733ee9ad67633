import type * as z from 'zod';

/**
 * The names that the object at a place of a schema takes; none where there is no object.
 * @param unknown a name that was refused there: of several forms, those that would have taken it were not meant
 */
export function membersAt(
  schema: z.core.$ZodType | undefined,
  path: readonly string[],
  unknown: string,
): string[] {
  if (schema === undefined) return [];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const [head, ...rest] = path;
  switch (def.type) {
    case 'object':
      return head === undefined ? Object.keys(def.shape) : membersAt(def.shape[head], rest, unknown);
    case 'array':
      return membersAt(def.element, rest, unknown);
    case 'record':
      return membersAt(def.valueType, rest, unknown);
    case 'union': {
      const forms = def.options.map((option) => membersAt(option, path, unknown));
      return [...new Set(forms.filter((names) => !names.includes(unknown)).flat())];
    }
    case 'pipe':
      return membersAt(def.in, path, unknown);
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return membersAt(def.innerType, path, unknown);
    default:
      return [];
  }
}
