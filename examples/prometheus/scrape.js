// Prints the metrics of an admin server, as Prometheus would read them. Usage: node scrape.js URL
const [url = ''] = process.argv.slice(2)
const answer = await fetch(url)
if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
process.stdout.write(await answer.text())
