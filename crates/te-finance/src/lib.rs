//! Cash flow, interest rates, opex and the company.
