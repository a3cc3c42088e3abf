/** Places films and texts in one space, in which those that mean alike lie near. Vectors have length 1; films are positions of a catalogue. */
export interface Meaning {
  /** The vector of a text; undefined where none of its words is known. */
  vectorOf(text: string): Promise<Float32Array | undefined>;
  /** The films with the largest products with a vector above 0, best first. */
  nearest(vector: Float32Array, count: number): { readonly positions: Int32Array; readonly scores: Float32Array };
  product(position: number, vector: Float32Array): number;
  /** The film's vector; zeros for a film of which nothing is known. */
  vectorAt(position: number): Float32Array;
  /** The film's terms with their parts of its product with a vector; empty where vectors are not made of terms. */
  evidence(position: number, vector: Float32Array): { readonly label: string; readonly contribution: number }[];
}
