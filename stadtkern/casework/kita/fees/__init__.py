"""What a place costs a family each month in Rhineland-Palatinate, and why.

Free of charge from the second birthday (§ 26 KiTaG); before that a fee by income, hours and number of children (§ 90 SGB VIII), nothing for
families who live on benefits; lunch is paid at any age. Everything that a municipality may set is a parameter of its tariff (``tariff``);
``calculator`` is a pure function with a trace.
"""
