import { setImmediate } from 'node:timers/promises';
import type { ConversationText, TextReader } from '../../agents/agent.ts';
import { settingKey, type AgentFacts } from '../../core/model/agent.ts';
import { idKey } from '../../core/model/conversation-id.ts';
import type { Agent } from '../../core/model/entry.ts';
import type { AgentEvidence, Artifact, Unreadable } from '../../core/model/evidence.ts';
import type { Seen } from '../../core/model/observation.ts';
import { evidenceOf } from '../../core/place/agent-processes.ts';
import { anyConversation, makeFileReads, type FileReads } from '../../system/file-reads.ts';
import type { PassReport } from '../context.ts';
import type { SessionSeen } from '../sessions/session-rows.ts';
import type { FoundTexts } from './found-texts.ts';
import { knownConversations } from './known-conversations.ts';
import { TextFiles, type Budget } from './text-files.ts';

/** Of the end of a file that the agent keeps beside its conversations so much is read; bytes. */
const folderBytes = 4 * 1024 * 1024;

/** What should have been read and could not. */
export type Unread = Pick<Unreadable, 'path' | 'reason' | 'cure'>;

interface Place {
  readonly id: string;
  readonly file: Pick<Artifact, 'path' | 'mtime'>;
}

/** The search in the files of one agent. */
export class AgentSearch {
  read = 0;
  #compressed = 0;
  #beyondBudget = 0;
  readonly #given: AgentSearchOptions;
  readonly #name: Agent;
  readonly #seen: Seen<AgentEvidence>;
  readonly #roots: readonly string[];
  readonly #files: FileReads = makeFileReads();
  readonly #texts: TextFiles;
  readonly #done = new Set<string>();
  #listed: ReadonlyMap<string, string> | null = null;

  constructor(given: AgentSearchOptions) {
    this.#given = given;
    this.#name = given.facts.name;
    const seen = evidenceOf(this.#name, given.report.observation);
    this.#seen = seen;
    const folders = 'known' in seen ? seen.known.folders.map(({ path }) => path) : [];
    this.#roots = [...new Set([...given.folders, ...folders])];
    this.#texts = new TextFiles(this.#roots, this.#files, given.budget);
  }

  /** Reads what the agent keeps of many conversations in its folders. */
  readFolders(): void {
    for (const root of this.#roots) {
      const texts = this.#given.reader.folder(root, (path) => this.#texts.lines(path, folderBytes));
      for (const text of texts) this.#add(text.id, text);
    }
  }

  /** Returns the conversations that entries name or living agents hold, and whose files there are. */
  known(): readonly Place[] {
    const known = knownConversations(this.#name, this.#given.sessions, this.#given.report);
    return known.flatMap(({ id, file }) => {
      if (file !== undefined) return file === null ? [] : [{ id, file }];
      const path = this.#paths().get(id);
      return path === undefined ? [] : this.#placed(id, path);
    });
  }

  /** Returns the conversations that were not read. */
  others(): readonly Place[] {
    return [...this.#paths()].flatMap(([id, path]) => (this.#done.has(id) ? [] : this.#placed(id, path)));
  }

  /** Reads conversations, the newest first, as long as the budget allows. */
  async readConversations(places: readonly Place[], limit: number, signal: AbortSignal): Promise<void> {
    const { reader, budget } = this.#given;
    for (const { id, file } of places.toSorted((one, other) => other.file.mtime - one.file.mtime)) {
      // A signal is heard between two files.
      await setImmediate();
      signal.throwIfAborted();
      if (this.#done.has(id)) continue;
      this.#done.add(id);
      this.#given.found.change(this.#name, id, file.mtime);
      if (budget.left <= 0) {
        this.#beyondBudget += 1;
        continue;
      }
      const texts = reader.conversation(file.path, (path) => this.#texts.lines(path, limit));
      if (texts === null) this.#compressed += 1;
      else this.read += 1;
      for (const text of texts ?? []) this.#add(id, text);
    }
  }

  unread(): readonly Unread[] {
    const { facts } = this.#given;
    const links = [...this.#texts.leadingOut].map((path) => ({
      path,
      reason: `is a link that leads out of ${this.#roots.join(', ')}, and is not followed`,
      cure: `put the file itself there, or name its folder in ${settingKey(facts)}`,
    }));
    const blind = 'blind' in this.#seen ? [{ path: this.#name, reason: this.#seen.blind, cure: this.#seen.cure }] : [];
    const hidden = 'known' in this.#seen ? this.#seen.known.unreadable : [];
    const unread = [...hidden.filter(({ hides }) => hides.kind === 'conversations'), ...this.#files.unreadable()];
    const byPath = new Map(unread.map(({ path, reason, cure }) => [path, { path, reason, cure }]));
    return [...blind, ...byPath.values(), ...links];
  }

  leftOut(): readonly string[] {
    const { title } = this.#given.facts;
    const { cut } = this.#texts;
    return [
      ...ifAny(this.#compressed, `of ${title}'s conversations were not read: they are compressed`),
      ...ifAny(this.#beyondBudget, `of ${title}'s conversations were not read: enough was read before`),
      ...ifAny(cut.size, `of ${title}'s files were read at their end and their beginning only`),
    ];
  }

  #add(id: string, text: ConversationText): void {
    this.#given.found.add(this.#name, id, text);
  }

  #placed(id: string, path: string): readonly Place[] {
    const stat = this.#files.stat(path, anyConversation);
    return stat === null || stat === 'unreadable' ? [] : [{ id, file: { path, mtime: stat.mtimeMs } }];
  }

  /** Lists every conversation of its folders, once. */
  #paths(): ReadonlyMap<string, string> {
    const listing = { ...this.#files, names: this.#texts.names };
    this.#listed ??= new Map(
      this.#roots.flatMap((root) =>
        [...this.#given.reader.list(root, listing)].map(({ id, path }) => [idKey(id), path] as const),
      ),
    );
    return this.#listed;
  }
}

function ifAny(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

interface AgentSearchOptions {
  readonly facts: AgentFacts;
  readonly reader: TextReader;
  readonly report: PassReport;
  readonly sessions: readonly SessionSeen[];
  readonly found: FoundTexts;
  readonly budget: Budget;
  /** The folders that its setting names. */
  readonly folders: readonly string[];
}
