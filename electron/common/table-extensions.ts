// What tables with labels are called: dialogs show only these, and only of these the first rows are shown.
export const tableExtensions = ['csv', 'tsv', 'txt']
