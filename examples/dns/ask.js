import { Resolver } from 'node:dns/promises'

/** Asks a name server who it is, each time as a new client, and prints the answers: node ask.js HOST:PORT COUNT */
const [server = '', count = '1'] = process.argv.slice(2)
const answers = []
while (answers.length < Number(count)) {
  const resolver = new Resolver({ timeout: 1000, tries: 3 })
  resolver.setServers([server])
  answers.push(String(await resolver.resolveTxt('whoami.test')))
}
console.log(answers.join(' '))
