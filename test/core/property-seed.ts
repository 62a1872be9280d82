/**
 * The parameters of a property: the same worlds in each run of the tests, others in the soak (`PROPERTY_SEED=random`).
 */
export const propertySeed = process.env['PROPERTY_SEED'] === 'random' ? {} : { seed: 8_324_117 };
