import { isDeepStrictEqual } from 'node:util';
import { type JsonObject, NotFoundError, StateConflictError, type WorkflowDocument } from '@baton/contracts';
import {
  auditMeshAction,
  type Database,
  type DefinitionRow,
  insertDefinition,
  listDefinitions,
  listDefinitionVersions,
  loadDefinitions,
} from '@baton/persistence';
import { checkDefinition, type GivenDefinition } from './check-definition';
import { type Capabilities } from './mesh-knowledge';

/** A version of a stored definition as the API shows it. */
export interface Definition extends DefinitionSummary {
  readonly definition: WorkflowDocument;
}
export interface DefinitionSummary {
  readonly name: string;
  readonly version: number;
  readonly description: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
}
export interface Stored {
  readonly definition: Definition;
  /** False: the newest version says the same, and this is it. */
  readonly isNew: boolean;
}

/** Others may store versions of the same name at the same time; each such try is one that somebody else won. */
const TRIES = 10;

/** Definitions that runs are created from by name. A version never changes; runs keep what they were created with. */
export class DefinitionDesk {
  constructor(
    private readonly database: Database,
    private readonly capabilities: Capabilities,
  ) {}

  /** Throws ValidationError (WORKFLOW_INVALID) with every fault of the definition. */
  async store(given: GivenDefinition, actor: string): Promise<Stored> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const stored = await this.tryStore(given, actor);
      if (stored) return stored;
    }
    const message = `Others store versions of this definition at the same time. Try again.`;
    throw new StateConflictError(message, { name: given.name });
  }

  /** Of the newest version, or of that one. Throws NotFoundError (DEFINITION_NOT_FOUND). */
  async get(name: string, version?: number): Promise<Definition> {
    const [row] = await loadDefinitions(this.database, [{ name, version }]);
    if (row) return viewOf(row);
    const what = version === undefined ? `Definition ${name}` : `Version ${version} of definition ${name}`;
    throw new NotFoundError('DEFINITION_NOT_FOUND', what);
  }

  /** The newest version of each, by name. */
  async list(page: { readonly limit: number; readonly after?: string | undefined }): Promise<DefinitionSummary[]> {
    return (await listDefinitions(this.database, page)).map((row) => summaryOf(row));
  }

  /** Newest first. Throws NotFoundError (DEFINITION_NOT_FOUND). */
  async versions(
    name: string,
    page: { readonly limit: number; readonly before?: number | undefined },
  ): Promise<DefinitionSummary[]> {
    const rows = await listDefinitionVersions(this.database, name, page);
    if (rows.length === 0 && page.before === undefined) await this.get(name);
    return rows.map((row) => summaryOf(row));
  }

  /** Undefined: somebody else stored a version meanwhile. */
  private async tryStore({ name, definition }: GivenDefinition, actor: string): Promise<Stored | undefined> {
    const { graph } = await checkDefinition({ definition, name, isStored: true }, this.capabilities, this.database);
    const document = { ...graph.document, name: name ?? graph.document.name };
    const [newest] = await loadDefinitions(this.database, [{ name: document.name }]);
    if (newest && isDeepStrictEqual(JSON.parse(newest.document), document)) {
      return { definition: viewOf(newest), isNew: false };
    }
    const row = await this.insert(document, (newest?.version ?? 0) + 1, actor);
    return row && { definition: viewOf(row), isNew: true };
  }

  private insert(document: WorkflowDocument, version: number, actor: string): Promise<DefinitionRow | undefined> {
    const { name } = document;
    return this.database.transaction(async (sql) => {
      const row = await insertDefinition(sql, { name, version, document: JSON.stringify(document), createdBy: actor });
      if (row) await auditMeshAction(sql, 'definition-stored', actor, `version ${version} of ${name}`);
      return row;
    });
  }
}

function viewOf(row: DefinitionRow): Definition {
  const definition = JSON.parse(row.document) as WorkflowDocument;
  return { ...summaryOf(row, definition), definition };
}

function summaryOf(
  { name, version, document, createdBy, createdAt }: DefinitionRow,
  { description = null }: { readonly description?: string | null } = JSON.parse(document) as JsonObject,
): DefinitionSummary {
  return { name, version, description, createdBy, createdAt: createdAt.toISOString() };
}
