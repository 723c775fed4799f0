// Every text of the app in every language, one file for each part of the app.
import enCommon from './en/common.json' with { type: 'json' }
import enExports from './en/exports.json' with { type: 'json' }
import enImports from './en/imports.json' with { type: 'json' }
import enJobs from './en/jobs.json' with { type: 'json' }
import enKeywords from './en/keywords.json' with { type: 'json' }
import enLearn from './en/learn.json' with { type: 'json' }
import enLibrary from './en/library.json' with { type: 'json' }
import enModels from './en/models.json' with { type: 'json' }
import enReview from './en/review.json' with { type: 'json' }
import enRules from './en/rules.json' with { type: 'json' }
import enSettings from './en/settings.json' with { type: 'json' }
import enViewer from './en/viewer.json' with { type: 'json' }
import zhCommon from './zh-CN/common.json' with { type: 'json' }
import zhExports from './zh-CN/exports.json' with { type: 'json' }
import zhImports from './zh-CN/imports.json' with { type: 'json' }
import zhJobs from './zh-CN/jobs.json' with { type: 'json' }
import zhKeywords from './zh-CN/keywords.json' with { type: 'json' }
import zhLearn from './zh-CN/learn.json' with { type: 'json' }
import zhLibrary from './zh-CN/library.json' with { type: 'json' }
import zhModels from './zh-CN/models.json' with { type: 'json' }
import zhReview from './zh-CN/review.json' with { type: 'json' }
import zhRules from './zh-CN/rules.json' with { type: 'json' }
import zhSettings from './zh-CN/settings.json' with { type: 'json' }
import zhViewer from './zh-CN/viewer.json' with { type: 'json' }

export const english = {
  common: enCommon,
  exports: enExports,
  imports: enImports,
  jobs: enJobs,
  keywords: enKeywords,
  learn: enLearn,
  library: enLibrary,
  models: enModels,
  review: enReview,
  rules: enRules,
  settings: enSettings,
  viewer: enViewer,
}

export const resources = {
  en: { translation: english },
  'zh-CN': {
    translation: {
      common: zhCommon,
      exports: zhExports,
      imports: zhImports,
      jobs: zhJobs,
      keywords: zhKeywords,
      learn: zhLearn,
      library: zhLibrary,
      models: zhModels,
      review: zhReview,
      rules: zhRules,
      settings: zhSettings,
      viewer: zhViewer,
    },
  },
}
