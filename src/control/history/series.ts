/** The numbers of one kind over the last samples: a ring with a place for each sample, where nothing is NaN. */
export class Series {
  readonly #values: Float32Array

  constructor(length: number) {
    this.#values = new Float32Array(length).fill(Number.NaN)
  }

  set(place: number, value: number): void {
    this.#values[place] = value
  }

  /** The values at these places, no more digits than they have; null where there is none. */
  read(places: readonly number[]): (number | null)[] {
    return places.map(place => {
      const value = this.#values[place] ?? Number.NaN
      return Number.isNaN(value) ? null : Math.round(value * 1000) / 1000
    })
  }
}
