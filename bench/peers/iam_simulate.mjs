// iam-simulate: one decision.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(process.env.PEERS_NODE + '/')
const { runSimulation } = await import(require.resolve('@cloud-copilot/iam-simulate'))
const documents = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const times = []
let faults = 0

async function once(document) {
  return runSimulation({
    identityPolicies: [{ name: 'p', policy: document }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    request: {
      principal: 'arn:aws:iam::123456789012:role/ops',
      action: 's3:GetObject',
      resource: { resource: 'arn:aws:s3:::bucket/key', accountId: '123456789012' },
      contextVariables: {}
    }
  }, {})
}

for (const document of documents) {
  try {
    const answer = await once(document)
    if (answer.errors) throw new Error('refused')
    const begun = process.hrtime.bigint()
    await once(document)
    times.push(Number(process.hrtime.bigint() - begun) / 1e9)
  } catch { faults += 1 }
}
console.log(JSON.stringify({ times, faults }))
