/**
 * The S3 server of moto (Python), where it is installed: written by others, and made to check
 * signatures. Install it with `pip install 'moto[server,s3,iam]'`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const PROGRAM = `
import json, sys, urllib.request
import boto3
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
at = f"http://{host}:{port}"
first = dict(endpoint_url=at, region_name="eu-west-3", aws_access_key_id="x", aws_secret_access_key="x")
iam = boto3.client("iam", **first)
iam.create_user(UserName="mitoyen")
iam.put_user_policy(UserName="mitoyen", PolicyName="all", PolicyDocument=json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}))
key = iam.create_access_key(UserName="mitoyen")["AccessKey"]
boto3.client("s3", **first).create_bucket(
    Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
urllib.request.urlopen(urllib.request.Request(
    at + "/moto-api/reset-auth", data=b"0", method="POST", headers={"content-type": "text/plain"}))
print(json.dumps({"endpoint": at, "bucket": "files", "region": "eu-west-3",
    "accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}), flush=True)
sys.stdin.read()
`;

export function hasMoto(): boolean {
  return spawnSync('python3', ['-c', 'import boto3, moto.server']).status === 0;
}

export type Moto = {
  bucket: {
    endpoint: string;
    bucket: string;
    region: string;
    accessKeyId: string;
    secretAccessKey: string;
  };
  stop: () => void;
};

export async function startMoto(): Promise<Moto> {
  const child = spawn('python3', ['-c', PROGRAM], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'exit').then(() => {
    throw new Error('moto does not start');
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  ended.catch(() => {});
  return { bucket: JSON.parse(String(line)), stop: () => void child.kill('SIGKILL') };
}
