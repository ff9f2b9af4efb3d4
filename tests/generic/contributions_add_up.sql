{# Claim: a client's log-odds are exactly the intercept plus the contributions of all terms, and give the probability. #}
{% test contributions_add_up(model) %}
select *
from {{ model }}
where
    (churn_probability is null) <> (no_score_reason is not null)
    or log_odds_e12 <> intercept_e12 + {{ list_total('contributions_e12') }}
    or abs(churn_probability - 1e0 / (1e0 + exp(-log_odds_e12 / 1e12))) > 1e-15
    or coalesce(contribution_2 > contribution_1 or contribution_3 > contribution_2, false)
{% endtest %}
