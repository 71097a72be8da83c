//! Token issuance: schedules, controllers, WORK, vesting.
