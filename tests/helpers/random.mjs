// Random numbers that are the same in every run, from a seed, in the forms that drawing needs.

export class Random {
    /** @param {number} seed near seeds give unlike numbers */
    constructor(seed) {
        this.state = seed >>> 0;
        for (let i = 0; i < 4; i++) this.next();
    }

    /** From 0 to below 1 (mulberry32). */
    next() {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    }

    between(least, most) { return least + (most - least) * this.next(); }

    /** Small numbers are as probable as large ones, by their ratio. */
    ratio(least, most) { return least * (most / least) ** this.next(); }

    /** A whole number, `most` included. */
    whole(least, most) { return least + Math.floor((most - least + 1) * this.next()); }

    chance(share) { return this.next() < share; }

    pick(list) { return list[Math.floor(list.length * this.next())]; }

    /** Mean 0, deviation 1, nearly normal, never beyond 3.5. */
    normal() { return (this.next() + this.next() + this.next() + this.next() - 2) * Math.sqrt(3); }

    /** `count` different members of a list. */
    some(list, count) {
        const left = [...list];
        return Array.from({ length: count }, () => left.splice(Math.floor(left.length * this.next()), 1)[0]);
    }
}
