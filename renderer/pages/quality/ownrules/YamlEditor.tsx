import { Textarea, UnstyledButton } from '@mantine/core';
import { useRef } from 'react';
import type { RuleProblem } from '../../../../shared/contract/rules.ts';
import classes from './ownrules.module.css';

/** The text of a rule with line numbers; what is wrong is marked at its line and listed below, each entry leading to its line. */
export function YamlEditor({ text, problems, onChange }: { readonly text: string; readonly problems: readonly RuleProblem[]; readonly onChange: (text: string) => void }) {
  const input = useRef<HTMLTextAreaElement>(null);
  const lines = text.split('\n');
  const goTo = (line: number) => {
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    input.current?.focus();
    input.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  };
  return (
    <div>
      <div className={classes['editor']}>
        <div className={classes['gutter']} aria-hidden>
          {lines.map((_, at) => (
            <div key={at} data-wrong={problems.some(({ line }) => line === at + 1) || undefined}>
              {at + 1}
            </div>
          ))}
        </div>
        <Textarea ref={input} aria-label="The rule as YAML" aria-describedby="rule-problems" className={classes['text']} classNames={{ input: classes['yaml'] ?? '' }} rows={Math.max(8, lines.length + 1)} wrap="off" spellCheck={false} value={text} onChange={(event) => onChange(event.currentTarget.value)} />
      </div>
      <ul id="rule-problems" className={classes['problems']} aria-label="Problems" aria-live="polite">
        {problems.map((problem) => (
          <li key={`${problem.line} ${problem.message}`}>
            <UnstyledButton className={classes['problem']} onClick={() => goTo(problem.line)}>
              <b>Line {problem.line}</b> {problem.message}
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </div>
  );
}
