// The tags of TIFF 6.0, TIFF/EP, Exif and DNG that directories, images, metadata and facts about the shot are found by.

/** In the directories of images. */
export const tiffTags = {
  subfileType: 254,
  width: 256,
  height: 257,
  compression: 259,
  photometric: 262,
  make: 271,
  model: 272,
  stripOffsets: 273,
  orientation: 274,
  stripByteCounts: 279,
  tileOffsets: 324,
  tileByteCounts: 325,
  subDirectories: 330,
  jpegOffset: 513,
  jpegByteCount: 514,
  xmp: 700,
  iptc: 33723,
  imageResources: 34377,
  exif: 34665,
  iccProfile: 34675,
  gps: 34853,
  dngVersion: 50706,
} as const

/** In the directory that `tiffTags.exif` leads to. */
export const exifTags = {
  exposureTime: 0x829a,
  fNumber: 0x829d,
  isoSpeed: 0x8827,
  dateTimeOriginal: 0x9003,
  offsetTimeOriginal: 0x9011,
  focalLength: 0x920a,
  makerNote: 0x927c,
  lensModel: 0xa434,
} as const

/** In the directory that `tiffTags.gps` leads to. */
export const gpsTags = { latitudeRef: 1, latitude: 2, longitudeRef: 3, longitude: 4 } as const
