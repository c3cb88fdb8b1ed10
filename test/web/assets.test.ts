import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { assets } from '../../src/web/assets.ts';

const text = (path: string) => readFileSync(assets.get(path)!.file, 'utf8');
const documents = ['/', '/docs'];

describe('the files of the page', () => {
  it('all exist, each with its type', () => {
    for (const [path, { file, contentType }] of assets) {
      assert.ok(readFileSync(file).length > 0, path);
      const extension = /\.(\w+)$/.exec(path)?.[1] ?? 'html';
      const type = { js: 'javascript', css: 'css', html: 'html', svg: 'svg' }[extension];
      assert.ok(type !== undefined && contentType.includes(type), `${path} is ${contentType}`);
    }
  });

  it('are all served: every script and style of the folder', () => {
    const folder = new URL('../../src/web/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const name of files.filter(file => /\.(?:js|css)$/.test(file))) {
      assert.ok(assets.has(`/assets/${name}`), `${name} is not served`);
    }
  });

  it('import only files that are served', () => {
    for (const path of assets.keys()) {
      if (!path.endsWith('.js') || path.includes('uPlot')) continue;
      for (const [, specifier] of text(path).matchAll(/^(?:import|export) [^;]*?from '([^']+)';$/gm)) {
        const { pathname } = new URL(specifier!, `http://page${path}`);
        assert.ok(assets.has(pathname), `${path} imports ${specifier}`);
      }
    }
  });

  for (const path of documents) {
    it(`let ${path} work under its Content-Security-Policy: nothing inline, nothing from other origins`, () => {
      const html = text(path);
      assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
      for (const [, address] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
        assert.match(address!, /^[/#]/);
        if (/\.(?:js|css|svg)$/.test(address!)) assert.ok(assets.has(address!), address);
      }
    });
  }

  it('build no HTML with inline styles or handlers', () => {
    for (const path of assets.keys()) {
      if (path.endsWith('.js') && !path.includes('uPlot'))
        assert.doesNotMatch(text(path), /\sstyle="|\son\w+="/, path);
    }
  });
});
