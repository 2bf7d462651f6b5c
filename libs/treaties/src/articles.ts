/** One unit of a text that can be cited: an article, a paragraph, an item. `6.3.c`: article 6, paragraph 3, third letter. */
export interface Unit {
  readonly article: string;
  /** Its own words, without those of the units beneath it; of an article also its title. */
  readonly text: string;
}

interface Item {
  readonly code: string | null;
  text: string;
  readonly items: string[];
}

interface Block {
  readonly number: string | null;
  text: string;
  readonly items: Item[];
  /** Further paragraphs of a numbered one. */
  readonly more: string[];
}

const HEADING = /^(?:## )?(?:Статья (\d+)|(\d+)-бап)\s*$/;
/** The closing formula stands under the last article without belonging to it. */
const CLOSING = /^(Совершено в городе |.*қаласында .*төлнұсқа данада)/;
/** A paragraph's number (`6.`) or an item's letter (`в)`), with the space after it. */
const MARK = /^(?:(\d+)\.|([а-к])\))\s*/;
const LETTERS = 'абвгдежзик';
const LATIN = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Cuts a treaty's text into its citable units, in their order. Its own numbers and letters are the codes (а→a, б→b …). Where
 * it has none: paragraphs count from 1; items of a list under one of several paragraphs are lettered, items of a list
 * that is the whole article, or that stands under a letter, count from 1. An article of one paragraph is one unit.
 */
export function articlesOf(text: string): Unit[] {
  const lines = text.split('\n');
  const headings = lines.flatMap((line, index) => {
    const heading = HEADING.exec(line);
    const article = heading?.[1] ?? heading?.[2];
    return article === undefined ? [] : [{ article, index }];
  });
  return headings.flatMap(({ article, index }, position) => {
    const body = lines.slice(index + 1, headings[position + 1]?.index);
    const { title, paragraphs } = paragraphsOf(body, text.includes('\n## '));
    return unitsOf(article, title, blocksOf(paragraphs));
  });
}

/** A paragraph begins with an indented line, or in Markdown with every line. What stands before the first is the title. */
function paragraphsOf(body: readonly string[], markdown: boolean): { title: string; paragraphs: string[] } {
  const title: string[] = [];
  const paragraphs: string[] = [];
  for (const line of body) {
    const words = line.trim();
    if (words === '') continue;
    if (CLOSING.test(words)) break;
    if (markdown || line.startsWith('    ')) paragraphs.push(words);
    else if (paragraphs.length === 0) title.push(words);
    else paragraphs.push(`${paragraphs.pop() ?? ''} ${words}`);
  }
  return { title: title.join(' '), paragraphs };
}

function blocksOf(paragraphs: readonly string[]): Block[] {
  const blocks: Block[] = [];
  /** Where the items of an unlettered list go, while one is open. */
  let list: ((text: string) => void) | null = null;
  for (const paragraph of paragraphs) {
    const marked = MARK.exec(paragraph);
    const [number, letter] = [marked?.[1], marked?.[2]];
    const text = paragraph.slice(marked?.[0].length);
    const last = blocks.at(-1);
    if (number !== undefined) {
      const block = { number, text, items: [], more: [] };
      blocks.push(block);
      list = text.endsWith(':') ? unlettered(block) : null;
    } else if (letter !== undefined && last !== undefined) {
      const item: Item = { code: LATIN.charAt(LETTERS.indexOf(letter)), text, items: [] };
      last.items.push(item);
      list = text.endsWith(':') ? (text) => item.items.push(text) : null;
    } else if (list !== null) {
      const item = paragraph.replace(/^[-–—]\s*/, '');
      // Two items may share a line of the publication.
      item.split(/(?<=;) /).forEach(list);
      if (item.endsWith('.')) list = null;
    } else if (last !== undefined && last.number !== null) {
      last.more.push(paragraph);
    } else {
      const block = { number: null, text: paragraph, items: [], more: [] };
      blocks.push(block);
      list = paragraph.endsWith(':') ? unlettered(block) : null;
    }
  }
  return blocks;
}

function unlettered(block: Block): (text: string) => void {
  return (text) => block.items.push({ code: null, text, items: [] });
}

function unitsOf(article: string, title: string, blocks: readonly Block[]): Unit[] {
  const [first, second] = blocks;
  const introduction = first?.number === null && second?.number !== null ? first : undefined;
  const words = [title, introduction?.text ?? ''].filter((own) => own !== '');
  const units: Unit[] = [{ article, text: words.join('. ') }];
  if (introduction) units.push(...itemsOf(article, introduction.items, (index) => String(index + 1)));
  for (const [index, block] of blocks.entries()) {
    if (block === introduction) continue;
    const code = `${article}.${block.number ?? String(index + 1)}`;
    if (block.more.length === 0) units.push({ article: code, text: block.text });
    else {
      units.push({ article: code, text: '' });
      [block.text, ...block.more].forEach((text, n) =>
        units.push({ article: `${code}.${String(n + 1)}`, text }),
      );
    }
    units.push(...itemsOf(code, block.items, (index) => LATIN.charAt(index)));
  }
  return units;
}

/** @param codeAt what an item at an index is called if the text has no letter for it */
function itemsOf(under: string, items: readonly Item[], codeAt: (index: number) => string): Unit[] {
  return items.flatMap(({ code, text, items: beneath }, index) => {
    const article = `${under}.${code ?? codeAt(index)}`;
    return [
      { article, text },
      ...beneath.map((words, n) => ({ article: `${article}.${String(n + 1)}`, text: words })),
    ];
  });
}
