/** Who made an object: one value for each driver that ever was, so that a lost answer to its creation can be made good. */
export const driverAnnotation = 'ssc.stellar.org/driver';

/** The annotations of an object that has no owner yet to know it by. */
export const marksOf = (driver: string): Record<string, string> => ({ [driverAnnotation]: driver });
