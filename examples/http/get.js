import { get } from 'node:http'
import { text } from 'node:stream/consumers'

/** Asks so many times, each time with a new connection, and prints the answers: node get.js URL COUNT */
const [url = '', count = '1'] = process.argv.slice(2)
const answers = []
while (answers.length < Number(count)) answers.push(await ask())
console.log(answers.join(' '))

/** @returns {Promise<string>} */
function ask() {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, response => {
      text(response).then(body => resolve(body.trim()), reject)
    }).on('error', reject)
  })
}
