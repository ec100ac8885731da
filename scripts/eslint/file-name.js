import { basename } from 'node:path';

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
const kinds = /^(utils?|helpers?|common|misc|managers?|types?|interfaces?|classes)$/;

/** Files are kebab-case and, like folders, named after an idea instead of a kind. */
export const fileName = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      kebab: 'Name the file "{{name}}" in kebab-case, after what it exports.',
      kind: '"{{name}}" is a kind, not an idea: name the file or folder after what it is about.',
    },
  },
  create: (context) => ({
    Program(node) {
      const file = basename(context.filename);
      if (!kebab.test(file)) context.report({ node, messageId: 'kebab', data: { name: file } });
      const [, inside = ''] = /\/src\/(.*)$/.exec(context.filename.replaceAll('\\', '/')) ?? [];
      for (const part of inside.split('/')) {
        const name = part.split('.')[0];
        if (kinds.test(name)) context.report({ node, messageId: 'kind', data: { name } });
      }
    },
  }),
};
