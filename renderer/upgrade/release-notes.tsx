import { Anchor, Menu, VisuallyHidden } from '@mantine/core'
import { IconChevronDown, IconExternalLink } from '@tabler/icons-react'
import type { AvailableVersion } from '../../shared/contract/stacks.ts'
import classes from './version-row.module.css'

interface ReleaseNotesProps {
  /** What they are about, for those who hear it. */
  readonly of: string
  readonly pages: AvailableVersion['releaseNotes']
}

/** The way to what a version changes; one for each service where each has its own page. */
export function ReleaseNotes({ of, pages }: ReleaseNotesProps) {
  const [first] = pages
  if (first === undefined) return <span className={classes.none}>No release notes</span>
  if (pages.length === 1) {
    return (
      <Anchor href={first.url} target="_blank" rel="noreferrer" className={classes.notes}>
        Release notes <VisuallyHidden>of {of}</VisuallyHidden>
        <IconExternalLink size={13} aria-hidden />
      </Anchor>
    )
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Anchor component="button" type="button" className={classes.notes}>
          Release notes <VisuallyHidden>of {of}</VisuallyHidden>({pages.length})
          <IconChevronDown size={13} aria-hidden />
        </Anchor>
      </Menu.Target>
      <Menu.Dropdown>
        {pages.map(({ service, url }) => (
          <Menu.Item
            key={url}
            component="a"
            href={url}
            target="_blank"
            rel="noreferrer"
            rightSection={<IconExternalLink size={13} aria-hidden />}
          >
            {service}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
