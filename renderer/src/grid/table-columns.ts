// The columns of photos as rows of text, for the rows and their heads: picture, name, label, score, stars, date, folder.

export const tableColumns =
  '32px minmax(60px, 3fr) minmax(60px, 3fr) 48px 76px minmax(106px, 120px) minmax(0, 3fr)'
