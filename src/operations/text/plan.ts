import type { PassReport } from '../context.ts';
import type { DriftDocument, EditDocument, ReconcileDocument } from '../../pass/document.ts';
import type { PassResult } from '../../pass/pass.ts';
import { countsOf, countsText, unknownIn } from '../../pass/make-document.ts';
import { entryId, sessionIn } from '../../core/model/entry.ts';
import { renderEdit } from '../../pass/render.ts';
import type { Value } from '../../core/model/drift.ts';
import type { EntryHome } from '../../core/model/memory.ts';
import type { Adoption, Plan } from '../../core/model/plan.ts';
import { counted } from '../../core/words/counted.ts';
import { clean } from '../../core/words/text.ts';
import type { Paint } from './paint.ts';

type Planned = Pick<PassReport, 'document' | 'plan' | 'edits'>;

/** Returns a pass for people: one block for each drift, then one line about the whole. Outside strings are escaped. */
export function planText({ document, plan, edits }: Planned, paint: Paint): string {
  const news = new Set(document.drifts.map((drift) => drift.id));
  const old = document.standing.filter((drift) => !news.has(drift.id));
  return [
    ...document.drifts.map((drift) => driftBlock(drift, writingOf(drift, document), paint)),
    ...section(document.dry_run ? 'Would be adopted' : 'Adopted', adoptedEdits(plan, edits), paint),
    ...section(
      'Still open',
      old.map((drift) => `${drift.class}  ${clean(drift.message)}`),
      paint,
    ),
    ...section(
      'Left for later',
      document.deferred.map((one) => `${clean(one.session)}: ${clean(one.reason)}`),
      paint,
    ),
    ...section(
      'Cannot see',
      document.blind.map((one) => `${clean(one.source)}: ${clean(one.reason)}. Cure: ${clean(one.cure)}`),
      paint,
    ),
    summary(document),
  ].join('\n\n');
}

/** Returns the edits of `host:` in the entries that this pass adopts: they belong to no drift. */
function adoptedEdits({ adopted, silentEdits }: Pick<Plan, 'adopted' | 'silentEdits'>, edits: Planned['edits']) {
  const chosen = new Set(adopted?.entries);
  return silentEdits
    .filter((edit) => edits.includes(edit) && chosen.has(entryId(edit.entry)))
    .filter((edit) => edit.op === 'set' && edit.path.join('.') === 'host')
    .map((edit) => editText(renderEdit(edit), true));
}

/** Says whether this pass writes the edits of a drift, would write them, or tells what was written before. */
type Writing = 'wrote' | 'would' | 'was written';

/**
 * Decides it by what this pass found itself: news may also be of another process, such as a monitor, which wrote it
 * before.
 */
function writingOf({ id }: DriftDocument, { standing, registry, dry_run: dryRun }: ReconcileDocument): Writing {
  if (!standing.some((drift) => drift.id === id && drift.edits.length > 0)) return 'was written';
  if (dryRun) return 'would';
  return registry.written ? 'wrote' : 'was written';
}

function driftBlock(drift: DriftDocument, writing: Writing, paint: Paint): string {
  const head = `${paint(drift.class === 'A' || drift.class === 'J' ? 'red' : 'yellow', drift.class)}  ${paint('bold', clean(drift.message))}`;
  const script = resumeText(drift.resume);
  const lines = [
    ...drift.evidence.map((one) => ['seen', `${clean(one.source)}: ${clean(one.said)}`]),
    ...drift.edits.map((edit) => [writing, editText(edit, drift.sessions !== undefined)]),
    ...(script.length === 1 ? [['do', (script[0] ?? '').trimStart()]] : []),
    ...(script.length > 1 ? [['do', 'all of these lines:']] : []),
  ];
  const width = Math.max(6, ...lines.map(([label = '']) => label.length));
  return [
    head,
    ...lines.map(([label = '', text]) => `   ${paint('dim', label.padEnd(width))} ${text}`),
    ...(script.length > 1 ? script : []),
  ].join('\n');
}

/** Returns the lines to paste, and nothing else. */
export function resumeText(resume: string | undefined): readonly string[] {
  const lines = (resume ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => `   ${clean(line)}`);
}

/** Returns an edit in words: `status: running → terminated`; one of many with its session. */
export function editText(edit: EditDocument, ofMany: boolean): string {
  const [, session = '', ...inside] = edit.path;
  if (ofMany) return `${clean(session)}: ${editText(edit, false)}`;
  if (inside.length === 0) return `a new entry with ${Object.keys(isMapping(edit.to) ? edit.to : {}).join(', ')}`;
  const from = edit.from === null ? '' : `${valueText(edit.from)} `;
  return `${clean(inside.join('.'))}: ${from}→ ${valueText(edit.to)}`;
}

/**
 * Returns the lines for stderr about a pass, beside its answer.
 * @param adopt the adoption that was asked for
 */
export function reportNotices(report: PassReport, adopt: Adoption | null): readonly string[] {
  const { adopted } = report.plan;
  const names = (adopted?.entries ?? []).map((id) => clean(sessionIn(id))).join(', ');
  return [
    ...(report.started ? [`started a registry at ${clean(report.document.registry.path)}`] : []),
    ...(adopted === null ? [] : [`${report.document.dry_run ? 'would be adopted' : 'adopted'} here: ${names}`]),
    ...(adopted === null && adopt !== null ? [nothingToAdopt(report, adopt)] : []),
  ];
}

function nothingToAdopt({ document: { unknown }, input }: PassReport, adopt: Adoption): string {
  if (adopt.kind === 'from') return `nothing to adopt: no entry belongs to ${clean(adopt.host)} any more`;
  const hosts = [...new Set(unknown.flatMap(({ place }) => place ?? []))].map(clean);
  const others = hosts.length === 0 ? '' : `; those of ${hosts.join(', ')} are claimed by --adopt --from HOST`;
  return `nothing to adopt: ${whyNotNew(input)}${others}`;
}

/** Says why no entry is one that was never seen anywhere. */
function whyNotNew({ registry: { entries }, ledger }: PassReport['input']): string {
  if (entries.length === 0) return 'the registry has no entries';
  const homes = entries.map((entry) => ledger.homes.get(entryId(entry)));
  const isSeen = (home: EntryHome): boolean => Object.keys(home.sightings).length > 0;
  const why = [
    homes.some((home) => home !== undefined && isSeen(home)) ? ['was seen somewhere before'] : [],
    homes.some((home) => home !== undefined && !isSeen(home)) ? ['was adopted before'] : [],
    homes.includes(undefined) ? ['names another host'] : [],
  ].flat();
  return `every entry ${why.join(' or ')}`;
}

/** Returns how many sessions a pass saw alive, gone and unknown, in words. */
export function seenText(result: PassResult): string {
  return countsText({ counts: countsOf(result), unknown: unknownIn(result) });
}

function summary(document: ReconcileDocument): string {
  const { registry, drifts, dry_run: dryRun } = document;
  const entries = counted(registry.entries, 'entry', 'entries');
  const seen = `${entries}: ${countsText(document)}.`;
  const values = counted(registry.edits, 'value');
  if (registry.written && registry.edits > 0) return `${seen} ${values} written to ${clean(registry.path)}.`;
  if (dryRun && registry.edits > 0) return `${seen} ${values} would be written to ${clean(registry.path)}.`;
  if (drifts.length === 0) return `${seen} Nothing new.`;
  // Above it stands what was written before.
  return drifts.some(({ edits }) => edits.length > 0) ? `${seen} Nothing written now.` : `${seen} Nothing written.`;
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [[paint('bold', `${title}:`), ...lines.map((line) => `   ${line}`)].join('\n')];
}

function valueText(value: Value): string {
  return clean(typeof value === 'string' ? value : JSON.stringify(value));
}

function isMapping(value: Value): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
