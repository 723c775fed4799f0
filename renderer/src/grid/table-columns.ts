// The columns of photos as rows of text, for the rows and their heads: picture, name, label, score, stars, date, folder.

export const tableColumns =
  '32px minmax(120px, 3fr) minmax(120px, 3fr) 56px minmax(0, 76px) minmax(80px, 170px) minmax(0, 3fr)'
