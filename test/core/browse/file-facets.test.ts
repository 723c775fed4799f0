// Filters by what files say of themselves: camera, stars, kind; and their numbers.
import { expect, test } from 'vitest'
import { openTestLibrary } from './helpers.ts'

const nothing = {
  keywords: [],
  rating: null,
  title: null,
  latitude: null,
  longitude: null,
  camera: null,
  lens: null,
  takenAt: null,
  isMotion: false,
}

test('filters by camera, lens, place, stars, kind of file and keyword, as soon as files say so', async () => {
  const library = openTestLibrary()
  const [photo] = library.addFiles({ 'a.jpg': {}, 'b.JPG': {}, 'c.heic': {} })
  if (!photo) throw new Error('no photo')
  const { names, client, store } = library
  expect(await names({ extensions: ['jpg'] })).toEqual(['a.jpg', 'b.JPG'])
  expect((await client.browse.facets({})).cameras).toEqual([])
  const state = { sizeBytes: 1, modifiedAtMs: 1000 }
  const said = { ...nothing, keywords: ['sea', 'trip'], rating: 4, camera: 'Canon EOS R5', lens: 'RF 50mm' }
  store.metadata.record('/p/a.jpg', state, said, false)
  store.metadata.record(
    '/p/c.heic',
    state,
    { ...nothing, rating: -1, latitude: -18.1, longitude: 178.4 },
    false,
  )
  expect(await names({ cameras: ['Canon EOS R5'] })).toEqual(['a.jpg'])
  expect(await names({ lenses: ['RF 50mm'] })).toEqual(['a.jpg'])
  // Fiji lies on both sides of the date line.
  const fiji = { south: -20, north: -15, west: 177, east: -178 }
  expect(await names({ place: fiji })).toEqual(['c.heic'])
  expect(await names({ place: { ...fiji, west: 178.5 } })).toEqual([])
  expect(await names({ place: { ...fiji, west: -180, east: 178 } })).toEqual([])
  expect(await names({ minRating: 1 })).toEqual(['a.jpg'])
  expect(await names({ minRating: 5 })).toEqual([])
  expect(await client.browse.facets({})).toEqual({
    cameras: [{ value: 'Canon EOS R5', files: 1 }],
    lenses: [{ value: 'RF 50mm', files: 1 }],
    extensions: [
      { value: 'jpg', files: 2 },
      { value: 'heic', files: 1 },
    ],
    rated: 1,
    flagged: 1,
    placed: 1,
  })
  expect(await names({ keywords: ['sea'] })).toEqual(['a.jpg'])
  // What the user judged is no longer only said by the file.
  store.annotations.confirm([photo], 'sea')
  expect(await names({ keywords: ['sea'] })).toEqual([])
  expect(await client.browse.labels({})).toEqual([
    { name: 'sea', confirmed: 1, suggested: 0, keywords: 0 },
    { name: 'trip', confirmed: 0, suggested: 0, keywords: 1 },
  ])
})
