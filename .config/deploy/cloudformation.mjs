/** Checks docker/aws with cfn-lint, which knows the schemas of CloudFormation; warnings count. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, visit } from 'yaml';

const FOLDER = 'docker/aws';
const templates = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => join(FOLDER, name));

// CloudFormation takes no YAML aliases, and cfn-lint does not say so.
for (const template of templates) {
  visit(parseDocument(readFileSync(template, 'utf8'), { logLevel: 'silent' }), {
    Alias: (_, { source }) => {
      console.error(`${template}: *${source}: CloudFormation takes no aliases`);
      process.exit(1);
    },
  });
}

const { status, error } = spawnSync('cfn-lint', templates, { stdio: 'inherit' });
if (error) {
  // It is written in Python. Whoever has none is told so and can do the rest; where the project is delivered, it must run.
  console.error(`${FOLDER}: NOT CHECKED, cfn-lint cannot be run (${error.message}): pipx install cfn-lint`);
  process.exit(process.env.LINT_DEPLOY === 'all' ? 1 : 0);
}
if (status !== 0) process.exit(1);
console.log(`${FOLDER}: ${templates.length} templates pass cfn-lint`);
