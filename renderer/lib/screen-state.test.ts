import { expect, it } from 'vitest'
import { useScreenState } from './screen-state.ts'

it('unfolds and folds one thing without touching another', () => {
  const { toggleUnfolded } = useScreenState.getState()
  toggleUnfolded('a')
  toggleUnfolded('b')
  toggleUnfolded('a')
  expect([...useScreenState.getState().unfolded]).toEqual(['b'])
})
