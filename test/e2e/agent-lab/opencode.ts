import { AgentPane } from './agent-pane.ts';
import { AgentWorld } from './agent-world.ts';
import type { Installed } from './installed.ts';
import type { ScriptedModel } from './model/model.ts';

/** A private world with a real, unmodified opencode. */
export class OpencodeWorld extends AgentWorld {
  constructor(opencode: Installed, model: ScriptedModel) {
    super(opencode, model);
    this.env = {
      ...this.env,
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      TMPDIR: this.folder('tmp'),
    };
    // At its start it installs what plugins need, in the background.
    this.file('home/.npmrc', `registry=${model.url}\nfetch-retries=0\n`);
    this.file('home/.config/opencode/opencode.json', JSON.stringify(configOf(model)));
  }

  openShell(session: string): AgentPane<OpencodeWorld> {
    return new AgentPane(this, this.newSession(session), 'opencode');
  }
}

function configOf({ url }: ScriptedModel): object {
  const options = { baseURL: `${url}/v1`, apiKey: 'dummy' };
  const provider = { npm: '@ai-sdk/openai-compatible', name: 'scripted', options, models: { scripted: {} } };
  return {
    provider: { scripted: provider },
    model: 'scripted/scripted',
    small_model: 'scripted/scripted',
    autoupdate: false,
    permission: { bash: 'ask' },
  };
}
