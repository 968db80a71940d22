import { beforeAll, describe, expect, it } from 'vitest'
import type { ConformingHost } from './conforming-host.ts'
import type { Host, HostFiles } from './host.ts'

const NAMES = ['plain', 'with space', "it's", '-dash', '$(id)', 'é ü 漢字 🚢', 'back\\slash', '*']

/** Everything that `HostFiles` promises. */
export function describeFiles(fixture: () => ConformingHost): void {
  describe('files', () => {
    let host: Host
    let files: HostFiles
    let folder: string

    beforeAll(async () => {
      host = fixture().host
      files = host.files
      folder = `${fixture().scratchDirectory}/files`
      await files.makeDirectories(folder)
    })

    const read = async (path: string) => String(await files.read(path))
    const modeOf = async (path: string) => (await files.stat(path))?.mode

    it.each(NAMES)('write and read back, list and remove %j', async (name) => {
      const directory = `${folder}/names`
      await files.makeDirectories(directory)
      await files.writeAtomic(`${directory}/${name}`, `content of ${name}\n`)
      expect(await read(`${directory}/${name}`)).toBe(`content of ${name}\n`)
      expect(await files.list(directory)).toEqual([name])
      await files.remove(`${directory}/${name}`)
      expect(await files.list(directory)).toEqual([])
    })

    it('keep every byte of 5 MB', async () => {
      const content = Buffer.alloc(5 * 1024 * 1024, Buffer.from(Array.from({ length: 251 }, (_, index) => index)))
      await files.writeAtomic(`${folder}/large`, content)
      expect(content.equals(await files.read(`${folder}/large`))).toBe(true)
      expect((await files.stat(`${folder}/large`))?.sizeBytes).toBe(content.length)
    })

    it('keep an empty file', async () => {
      await files.writeAtomic(`${folder}/empty`, '')
      expect(await read(`${folder}/empty`)).toBe('')
    })

    it('are not read beyond the limit', async () => {
      await files.writeAtomic(`${folder}/eleven`, 'eleven byte')
      await expect(files.read(`${folder}/eleven`, { maxBytes: 10 })).rejects.toMatchObject({
        code: 'host.file-too-large',
      })
      expect(String(await files.read(`${folder}/eleven`, { maxBytes: 11 }))).toBe('eleven byte')
    })

    it.each([
      ['read', () => files.read(`${folder}/missing`)],
      ['list', () => files.list(`${folder}/missing`)],
      ['write in a missing directory', () => files.writeAtomic(`${folder}/missing/file`, '')],
      ['append in a missing directory', () => files.append(`${folder}/missing/file`, '')],
      ['make a directory in a missing one', () => files.makeDirectory(`${folder}/missing/directory`)],
      ['rename', () => files.rename(`${folder}/missing`, `${folder}/other`)],
      ['copy', () => files.copy(`${folder}/missing`, `${folder}/other`)],
    ])('that are missing are told as such: %s', async (_, work) => {
      await expect(work()).rejects.toMatchObject({ code: 'host.file-missing' })
    })

    it('that are missing have no state, and nothing to remove', async () => {
      expect(await files.stat(`${folder}/missing`)).toBeNull()
      await files.remove(`${folder}/missing`)
      await files.removeTree(`${folder}/missing/tree`)
    })

    it('that are forbidden are told as such', async () => {
      const { forbiddenFile } = fixture()
      if (forbiddenFile === null) return
      await expect(files.read(forbiddenFile)).rejects.toMatchObject({ code: 'host.permission-denied' })
      await expect(files.writeAtomic(forbiddenFile, 'x')).rejects.toMatchObject({ code: 'host.permission-denied' })
      await expect(files.append(forbiddenFile, 'x')).rejects.toMatchObject({ code: 'host.permission-denied' })
      await expect(files.remove(forbiddenFile)).rejects.toMatchObject({ code: 'host.permission-denied' })
    })

    describe('state', () => {
      it('tells files, directories and links apart, without following them', async () => {
        await files.writeAtomic(`${folder}/kind`, '12345', { mode: 0o640 })
        await host.exec(['ln', '-sfn', 'kind', `${folder}/kind-link`])
        const stat = await files.stat(`${folder}/kind`)
        expect(stat).toMatchObject({ type: 'file', sizeBytes: 5, mode: 0o640 })
        expect(stat?.uid).toBe((await host.connect()).uid)
        expect(Math.abs((stat?.modifiedAtMs ?? 0) - host.now())).toBeLessThan(60_000)
        expect((await files.stat(folder))?.type).toBe('directory')
        expect((await files.stat(`${folder}/kind-link`))?.type).toBe('symlink')
      })

      it('tells what a link leads to where that is asked for', async () => {
        await files.writeAtomic(`${folder}/led-to`, '12345', { mode: 0o640 })
        await host.exec(['ln', '-sfn', 'led-to', `${folder}/leading`])
        await host.exec(['ln', '-sfn', 'nowhere', `${folder}/misleading`])
        const stat = await files.stat(`${folder}/leading`, { follow: true })
        expect(stat).toEqual(await files.stat(`${folder}/led-to`))
        expect(await files.stat(`${folder}/misleading`, { follow: true })).toBeNull()
      })
    })

    describe('writeAtomic', () => {
      it('gives a new file the usual mode, or the one asked for', async () => {
        await files.writeAtomic(`${folder}/usual`, '')
        await files.writeAtomic(`${folder}/secret`, '', { mode: 0o600 })
        expect(await modeOf(`${folder}/usual`)).toBe(0o644)
        expect(await modeOf(`${folder}/secret`)).toBe(0o600)
      })

      it('keeps the mode and owner of the file that it replaces', async () => {
        const path = `${folder}/kept`
        await files.writeAtomic(path, 'old', { mode: 0o751 })
        const before = await files.stat(path)
        await files.writeAtomic(path, 'new', { mode: 0o600 })
        expect(await read(path)).toBe('new')
        expect(await files.stat(path)).toMatchObject({ mode: 0o751, uid: before?.uid, gid: before?.gid })
      })

      it.each(['link target', 'link to nothing yet'])('replaces a link’s target and not the link: %s', async (name) => {
        const target = `${folder}/${name}`
        const link = `${folder}/link to ${name}`
        if (name === 'link target') await files.writeAtomic(target, 'old', { mode: 0o640 })
        await host.exec(['ln', '-sfn', name, link])
        await files.writeAtomic(link, 'new')
        expect((await files.stat(link))?.type).toBe('symlink')
        expect(await read(target)).toBe('new')
        expect(await modeOf(target)).toBe(name === 'link target' ? 0o640 : 0o644)
      })

      it('never shows a reader half of a file, and leaves nothing beside it', async () => {
        const directory = `${folder}/atomic`
        await files.makeDirectories(directory)
        const path = `${directory}/file`
        const versions = ['a', 'b'].map((letter) => letter.repeat(400_000))
        await files.writeAtomic(path, versions[0] as string)
        const reading = (async () => {
          const seen = new Set<string>()
          for (let round = 0; round < 8; round++) seen.add(await read(path))
          return seen
        })()
        for (let round = 0; round < 6; round++) await files.writeAtomic(path, versions[round % 2] as string)
        for (const content of await reading) expect(versions.includes(content)).toBe(true)
        expect(await files.list(directory)).toEqual(['file'])
      })

      it('leaves the old file and nothing beside it when it fails', async () => {
        const directory = `${folder}/in the way`
        await files.makeDirectories(`${directory}/file/inner`)
        await expect(files.writeAtomic(`${directory}/file`, 'x')).rejects.toMatchObject({ name: 'SlipwayError' })
        expect(await files.list(directory)).toEqual(['file'])
      })
    })

    describe('append', () => {
      it('creates the file with its mode, and adds to it', async () => {
        const path = `${folder}/journal`
        for (const line of ['one', 'two é', 'three']) await files.append(path, `${line}\n`, { mode: 0o600 })
        expect(await read(path)).toBe('one\ntwo é\nthree\n')
        expect(await modeOf(path)).toBe(0o600)
      })

      it('takes more than one packet', async () => {
        const path = `${folder}/long journal`
        await files.append(path, 'x'.repeat(100_000))
        await files.append(path, 'y'.repeat(100_000))
        expect((await read(path)) === 'x'.repeat(100_000) + 'y'.repeat(100_000)).toBe(true)
      })
    })

    describe('makeDirectory', () => {
      it('gives true to one caller of many', async () => {
        const made = await Promise.all(Array.from({ length: 8 }, () => files.makeDirectory(`${folder}/lock`)))
        expect(made.filter((first) => first)).toHaveLength(1)
        expect(await files.makeDirectory(`${folder}/lock`)).toBe(false)
      })

      it('does not take a file for the directory', async () => {
        await files.writeAtomic(`${folder}/a file`, '')
        await expect(files.makeDirectory(`${folder}/a file`)).rejects.toMatchObject({ name: 'SlipwayError' })
      })

      it('sets the mode', async () => {
        await files.makeDirectory(`${folder}/private`, { mode: 0o700 })
        expect(await modeOf(`${folder}/private`)).toBe(0o700)
      })

      it('with its parents may be there already', async () => {
        await files.makeDirectories(`${folder}/deep/er/still`)
        await files.makeDirectories(`${folder}/deep/er/still`)
        expect((await files.stat(`${folder}/deep/er/still`))?.type).toBe('directory')
      })
    })

    describe('remove', () => {
      it('takes files, links and empty directories, and only those', async () => {
        const directory = `${folder}/removal`
        await files.makeDirectories(`${directory}/full/inner`)
        await files.writeAtomic(`${directory}/target`, 'stays')
        await host.exec(['ln', '-s', 'target', `${directory}/link`])
        await files.remove(`${directory}/link`)
        await expect(files.remove(`${directory}/full`)).rejects.toMatchObject({ name: 'SlipwayError' })
        await files.remove(`${directory}/full/inner`)
        await files.remove(`${directory}/full`)
        expect(await files.list(directory)).toEqual(['target'])
      })

      it('of a tree does not follow links out of it', async () => {
        await files.makeDirectories(`${folder}/outside`)
        await files.writeAtomic(`${folder}/outside/file`, 'stays')
        await files.makeDirectories(`${folder}/tree/inner`)
        await host.exec(['ln', '-s', `${folder}/outside`, `${folder}/tree/inner/link`])
        await files.removeTree(`${folder}/tree`)
        expect(await files.stat(`${folder}/tree`)).toBeNull()
        expect(await read(`${folder}/outside/file`)).toBe('stays')
      })

      // The guard itself is tested apart, without a file system: a defect in it must not cost one.
      it('of a tree is behind the guard', async () => {
        await files.makeDirectories(`${folder}/guarded`)
        await expect(files.removeTree(`${folder}/guarded/.`)).rejects.toMatchObject({ code: 'input.invalid' })
        expect(await files.stat(`${folder}/guarded`)).not.toBeNull()
      })
    })

    describe('rename and copy', () => {
      it('replace what was there', async () => {
        const [from, to] = [`${folder}/from`, `${folder}/to $x`]
        await files.writeAtomic(to, 'old')
        await files.writeAtomic(from, 'new')
        await files.rename(from, to)
        expect(await read(to)).toBe('new')
        expect(await files.stat(from)).toBeNull()
      })

      it.each([0o640, 0o755, 0o444])('copy keeps content and mode %o, also over another file', async (mode) => {
        const from = `${folder}/original-${mode}`
        const content = Buffer.alloc(300_000, `${mode} `)
        await files.writeAtomic(from, content, { mode })
        await files.writeAtomic(`${folder}/replaced-${mode}`, 'old', { mode: 0o600 })
        for (const to of [`${folder}/copy-${mode}`, `${folder}/replaced-${mode}`]) {
          await files.copy(from, to)
          expect(content.equals(await files.read(to))).toBe(true)
          expect(await modeOf(to)).toBe(mode)
        }
      })
    })

    it('are left alone by a caller that has aborted before', async () => {
      const signal = AbortSignal.abort(new Error('before'))
      await expect(files.writeAtomic(`${folder}/aborted`, 'x', { signal })).rejects.toThrow('before')
      expect(await files.stat(`${folder}/aborted`)).toBeNull()
    })
  })
}
