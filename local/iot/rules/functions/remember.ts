const most = 1000;

/** Keeps what was made of a text, so patterns that come with messages are compiled once. */
export function remember<Made>(make: (text: string) => Made): (text: string) => Made {
  const known = new Map<string, Made>();
  return (text) => {
    if (!known.has(text)) {
      if (known.size >= most) known.clear();
      known.set(text, make(text));
    }
    return known.get(text) as Made;
  };
}
