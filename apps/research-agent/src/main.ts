import 'reflect-metadata';
import { runAgent } from '@baton/agent-sdk';
import { ExtractInformation } from './capabilities/extract-information';
import { IndexDocuments } from './capabilities/index-documents';
import { SearchDocuments } from './capabilities/search-documents';
import { SurveyDocuments } from './capabilities/survey-documents';
import { RESEARCH_CONFIG, researchConfig, type ResearchConfig } from './config';
import { Corpora } from './corpus/corpora';

void runAgent({
  family: 'research',
  capabilities: [IndexDocuments, SearchDocuments, ExtractInformation, SurveyDocuments],
  providers: [
    { provide: RESEARCH_CONFIG, useFactory: () => researchConfig() },
    {
      provide: Corpora,
      useFactory: (config: ResearchConfig) => new Corpora(config.corporaDir),
      inject: [RESEARCH_CONFIG],
    },
  ],
  concurrency: 4,
});
