import { ActionIcon, type MantineColorScheme, Tooltip, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'

const NEXT: Record<MantineColorScheme, MantineColorScheme> = { auto: 'light', light: 'dark', dark: 'auto' }
const ICONS = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon }
const WORDS = { auto: 'as the system', light: 'light', dark: 'dark' }

/** Light, dark, or as the system: one button that says what is and what comes. */
export function SchemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const Icon = ICONS[colorScheme]
  const label = `Colours: ${WORDS[colorScheme]}. Switch to ${WORDS[NEXT[colorScheme]]}`
  return (
    <Tooltip label={label}>
      <ActionIcon size="md" aria-label={label} onClick={() => setColorScheme(NEXT[colorScheme])}>
        <Icon size={17} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
