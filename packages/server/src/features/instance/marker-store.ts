import type { IndexSpec, Mongo } from '../../platform/mongo.ts';

export type Marker = {
  _id: string;
  account: string;
  timeline: 'home' | 'notifications';
  lastRead: string;
  version: number;
  updatedAt: number;
};

export const markerIndexes: IndexSpec[] = [
  {
    collection: 'markers',
    name: 'markers_account',
    key: { account: 1, timeline: 1 },
    unique: true,
  },
];

export function createMarkerStore(mongo: Mongo) {
  const markers = mongo.collection<Marker>('markers');
  return {
    of: (account: string, timelines: string[]) =>
      markers.find({ account, timeline: { $in: timelines as Marker['timeline'][] } }).toArray(),
    set: (marker: Omit<Marker, 'version'>) =>
      markers.findOneAndUpdate(
        { account: marker.account, timeline: marker.timeline },
        {
          $set: { lastRead: marker.lastRead, updatedAt: marker.updatedAt },
          $inc: { version: 1 },
          $setOnInsert: { _id: marker._id },
        },
        { upsert: true, returnDocument: 'after' },
      ),
  };
}
