import { Text, type TextProps } from '@mantine/core';
import classes from './recommend.module.css';

/** A film's title, cut short where there is no room and whole under the pointer; its year always stands. */
export function FilmTitle({ title, year, ...text }: { readonly title: string; readonly year: number | null } & Pick<TextProps, 'size' | 'fw'>) {
  return (
    <Text {...text} span className={classes['named'] ?? ''} title={title}>
      <span className={classes['name']}>{title}</span>{' '}
      <Text span size="sm" fw={400} c="dimmed" className={classes['year'] ?? ''}>
        {year ?? ''}
      </Text>
    </Text>
  );
}
