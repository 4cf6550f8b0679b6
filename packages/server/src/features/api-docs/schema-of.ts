/** The JSON Schema (2020-12, as OpenAPI 3.1 has it) of what a request schema takes. */
import { z } from 'zod';

export type JsonSchema = { [key: string]: unknown };

/** What validates is what is described: coerced and preprocessed values by what they become. */
export function schemaOf(
  schema: z.ZodType,
  /** Referred to by name, unless it is the schema itself. */
  names: ReadonlyMap<z.ZodType, string> = new Map(),
): JsonSchema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const inner = zodSchema as unknown as z.ZodType;
      const name = inner === schema ? undefined : names.get(inner);
      const found = name ? { $ref: `#/components/schemas/${name}` } : replacementOf(inner);
      if (!found) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
      Object.assign(jsonSchema, found);
    },
  });
  return described;
}

function replacementOf(schema: z.ZodType): JsonSchema | null {
  if (schema instanceof z.ZodDate) return { type: 'string', format: 'date-time' };
  // A preprocess takes anything; what comes after it says what is meant.
  if (schema instanceof z.ZodPipe && schema.in instanceof z.ZodTransform)
    return schemaOf(schema.out as z.ZodType);
  return null;
}

/** The properties of an object schema, and which of them must be there. */
export function fieldsOf(
  schema: z.ZodType | undefined,
): { name: string; schema: JsonSchema; required: boolean }[] {
  if (!schema) return [];
  const described = schemaOf(schema);
  const properties = (described.properties ?? {}) as Record<string, JsonSchema>;
  const required = new Set((described.required ?? []) as string[]);
  return Object.entries(properties).map(([name, of]) => ({
    name,
    schema: of,
    required: required.has(name) && of.default === undefined,
  }));
}
