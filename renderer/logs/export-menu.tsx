import { ActionIcon, Button, Loader, Menu, Tooltip } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { announce, announceFailure } from '../lib/announce.ts'
import { formatBytes } from '../lib/format.ts'
import { type ExportFormat, exportLines, exportName } from './log-export.ts'
import type { LogView } from './log-view.ts'

interface ExportMenuProps {
  readonly view: LogView
  readonly project: string
  readonly disabled: boolean
}

/** What passes the filter, as a file. While it is made, it says how far it is and can be cancelled. */
export function ExportMenu({ view, project, disabled }: ExportMenuProps) {
  const [characters, setCharacters] = useState<number | null>(null)
  const run = useRef<AbortController | null>(null)
  const begin = async (format: ExportFormat) => {
    const controller = new AbortController()
    run.current = controller
    setCharacters(0)
    const name = exportName(project, Date.now())
    try {
      await exportLines({ ...view.viewRef, format, name, onProgress: setCharacters, signal: controller.signal })
      if (!controller.signal.aborted) announce(`Exported the lines to ${name}`)
    } catch (error) {
      if (!controller.signal.aborted) announceFailure(error)
    } finally {
      setCharacters(null)
    }
  }
  if (characters !== null) {
    return (
      <>
        <Loader size={14} aria-hidden />
        <span className="numeric" role="status">
          Exporting, {formatBytes(characters)}
        </span>
        <Button variant="default" size="compact-xs" onClick={() => run.current?.abort()}>
          Cancel the export
        </Button>
      </>
    )
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Tooltip label="Export">
        <Menu.Target>
          <ActionIcon size="md" aria-label="Export" disabled={disabled}>
            <IconDownload size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        <Menu.Label>The lines that are shown, secrets masked</Menu.Label>
        <Menu.Item onClick={() => void begin('ndjson')}>As NDJSON: every field of each line</Menu.Item>
        <Menu.Item onClick={() => void begin('text')}>As text: the lines as they were written</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
