//! Why the contract refuses a call, under the contract's own codes.

use crate::chain::Revert;

/// A refusal of the ledger. [`Refusal::code`] is the contract's error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A proposal that asks for nothing, added as one that asks.
    #[error("a funding proposal must request more than 0")]
    RequestedAmountZero,
    /// A proposal without anybody to pay.
    #[error("a funding proposal needs a beneficiary")]
    NoBeneficiary,
    /// The contract is paused.
    #[error("the contract is paused; only withdrawals are open")]
    ContractPaused,
    /// No such proposal.
    #[error("the proposal does not exist")]
    ProposalDoesNotExist,
    /// A stake or withdrawal of nothing.
    #[error("the amount must be above 0")]
    AmountCanNotBeZero,
    /// More than the balance leaves.
    #[error("the stakes would exceed the balance")]
    StakingMoreThanAvailable,
    /// A stake on a cancelled or executed proposal.
    #[error("only active or paused proposals take stakes")]
    IncorrectProposalStatus,
    /// An eleventh proposal.
    #[error("a voter stakes on at most ten proposals")]
    MaxProposalsReached,
    /// The token does not report transfers to the contract yet.
    #[error("the contract is not registered as a hook of the token")]
    NoTokenManagerSet,
    /// More than one's own stake.
    #[error("the withdrawal exceeds the own stake")]
    WithdrawMoreThanStaked,
    /// Staking everything with something staked already.
    #[error("something is staked already")]
    StakingAlreadyStaked,
    /// Executing abstain.
    #[error("the abstain proposal is never executed")]
    CannotExecuteAbstainProposal,
    /// Executing a signal.
    #[error("a proposal that requests nothing is never executed")]
    CannotExecuteZeroValueProposal,
    /// Executing or cancelling what is not active.
    #[error("the proposal is not active")]
    ProposalNotActive,
    /// Conviction at or below the threshold.
    #[error("the conviction is not above the threshold")]
    InsufficientConviction,
    /// Cancelled by a stranger.
    #[error("only the submitter or a role holder cancels")]
    SenderCannotCancel,
    /// Cancelling abstain.
    #[error("the abstain proposal is never cancelled")]
    CannotCancelAbstainProposal,
    /// Arithmetic that reverts, a request over the limit among it.
    #[error(transparent)]
    Arithmetic(#[from] Revert),
}

impl Refusal {
    /// The contract's error code; arithmetic other than the ratio has none of its own.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RequestedAmountZero => "CV_REQUESTED_AMOUNT_ZERO",
            Self::NoBeneficiary => "CV_NO_BENEFICIARY",
            Self::ContractPaused => "CV_CONTRACT_PAUSED",
            Self::ProposalDoesNotExist => "CV_PROPOSAL_DOES_NOT_EXIST",
            Self::AmountCanNotBeZero => "CV_AMOUNT_CAN_NOT_BE_ZERO",
            Self::StakingMoreThanAvailable => "CV_STAKING_MORE_THAN_AVAILABLE",
            Self::IncorrectProposalStatus => "CV_INCORRECT_PROPOSAL_STATUS",
            Self::MaxProposalsReached => "CV_MAX_PROPOSALS_REACHED",
            Self::NoTokenManagerSet => "CV_NO_TOKEN_MANAGER_SET",
            Self::WithdrawMoreThanStaked => "CV_WITHDRAW_MORE_THAN_STAKED",
            Self::StakingAlreadyStaked => "CV_STAKING_ALREADY_STAKED",
            Self::CannotExecuteAbstainProposal => "CV_CANNOT_EXECUTE_ABSTAIN_PROPOSAL",
            Self::CannotExecuteZeroValueProposal => "CV_CANNOT_EXECUTE_ZERO_VALUE_PROPOSAL",
            Self::ProposalNotActive => "CV_PROPOSAL_NOT_ACTIVE",
            // Spelt as the contract spells it.
            Self::InsufficientConviction => "CV_INSUFFICIENT_CONVICION",
            Self::SenderCannotCancel => "CV_SENDER_CANNOT_CANCEL",
            Self::CannotCancelAbstainProposal => "CV_CANNOT_CANCEL_ABSTAIN_PROPOSAL",
            Self::Arithmetic(Revert::AmountOverMaxRatio) => "CV_AMOUNT_OVER_MAX_RATIO",
            Self::Arithmetic(Revert::AddOverflow) => "MATH_ADD_OVERFLOW",
            Self::Arithmetic(Revert::SubUnderflow) => "MATH_SUB_UNDERFLOW",
            Self::Arithmetic(Revert::DivZero) => "MATH_DIV_ZERO",
            Self::Arithmetic(_) => "MATH_MUL_OVERFLOW",
        }
    }
}
