/** The tests of the suite that do not pass; the package's README gives the reason of each. */
export const KNOWN_FAILURES = [
  'bulkWrite-errorResponse: bulkWrite operations support errorResponse assertions',
  'create-null-ids: inserting _id with type null via bulkWrite',
  'create-null-ids: inserting _id with type null via insertMany',
  'create-null-ids: inserting _id with type null via insertOne',
  'db-aggregate-rawdata: Aggregate with rawData option on less than 8.2.0 - ignore argument',
  'db-aggregate: Aggregate with $listLocalSessions',
  'db-aggregate: Aggregate with $listLocalSessions and allowDiskUse',
  'deleteOne-errorResponse: delete operations support errorResponse assertions',
  'estimatedDocumentCount: estimatedDocumentCount errors correctly--command error',
  'estimatedDocumentCount: estimatedDocumentCount errors correctly--socket error',
  'estimatedDocumentCount: estimatedDocumentCount works correctly on views',
  'findOneAndUpdate-errorResponse: findOneAndUpdate document validation errInfo is accessible',
  'insertOne-errorResponse: insert operations support errorResponse assertions',
  'updateOne-errorResponse: update operations support errorResponse assertions',
];
