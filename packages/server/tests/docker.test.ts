/** The docker files cannot run here; what can be read of them is checked. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { loadConfig } from '../src/config.ts';

const docker = join(import.meta.dirname, '../../../docker');
const read = (file: string) => readFileSync(join(docker, file), 'utf8');

type Service = {
  image?: string;
  build?: { context: string; dockerfile: string };
  environment?: Record<string, string>;
  read_only?: boolean;
};

for (const file of ['compose.yaml', 'compose.two.yaml']) {
  test(`${file}: images are pinned, servers read-only, and their variables a good configuration`, (t) => {
    const { services } = parse(read(file), { merge: true }) as {
      services: Record<string, Service>;
    };
    for (const [name, service] of Object.entries(services)) {
      if (service.image) {
        t.regex(service.image, /:\d+\.\d+/, `${name} is pinned`);
        continue;
      }
      t.true(
        existsSync(join(docker, service.build?.context ?? '', service.build?.dockerfile ?? '')),
      );
      t.true(service.read_only);
      const variables = Object.fromEntries(
        Object.entries(service.environment ?? {}).map(([key, value]) => [
          key,
          value
            .replace(/\$\{MITOYEN_DOMAIN[^}]*\}/, 'social.example.org')
            .replace(/\$\{[^:}]*:-([^}]*)\}/, '$1'),
        ]),
      );
      t.notThrows(() => loadConfig(variables, '/nowhere'), name);
    }
  });
}

test('the image is built in stages, runs as nobody in particular, and is pinned like the project', (t) => {
  const dockerfile = read('Dockerfile');
  const manifest = JSON.parse(readFileSync(join(docker, '../package.json'), 'utf8'));
  t.true(dockerfile.includes(`node:${manifest.devDependencies.node}-bookworm-slim`));
  t.true(dockerfile.includes(`pnpm@${manifest.packageManager.split('@')[1]}`));
  t.regex(dockerfile, /^USER 10001:10001$/m);
  t.regex(dockerfile, /^HEALTHCHECK /m);
});
